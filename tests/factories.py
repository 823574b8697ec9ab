"""One factory a model; they write as the owner role, so call them inside `with as_owner():`."""

import secrets
from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts.models import Invitation, Job, User
from ratecards.models import CardAssignment, CardPrivate, Carrier, ProfitRule, RateCard
from resellers.models import Company, Customer


class CompanyFactory(DjangoModelFactory):
    class Meta:
        model = Company

    name = factory.Sequence(lambda n: f"Reseller {n}")
    email = factory.Sequence(lambda n: f"office{n}@example.test")


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"User {n}")
    email = factory.Sequence(lambda n: f"user{n}@example.test")
    password = "!"

    @factory.post_generation
    def role(self, create, extracted, **kwargs):
        """A user needs a group before the deferred law is asked."""
        if extracted:
            self.groups.add(extracted.group)


class CustomerFactory(DjangoModelFactory):
    class Meta:
        model = Customer

    name = factory.Sequence(lambda n: f"Customer {n}")


class CarrierFactory(DjangoModelFactory):
    class Meta:
        model = Carrier

    name = factory.Sequence(lambda n: f"Carrier {n}")


class RateCardFactory(DjangoModelFactory):
    """A card with its private side; `name` is the private name."""

    class Meta:
        model = RateCard
        skip_postgeneration_save = True

    kind = RateCard.CUSTOMER
    public_name = factory.Sequence(lambda n: f"Card {n}")

    @factory.post_generation
    def name(self, create, extracted, **kwargs):
        CardPrivate.objects.create(card=self, owner=self.owner, name=extracted or f"Private {self.code}", **kwargs)


class CardAssignmentFactory(DjangoModelFactory):
    class Meta:
        model = CardAssignment

    owner = factory.SelfAttribute("card.owner")


class ProfitRuleFactory(DjangoModelFactory):
    class Meta:
        model = ProfitRule

    owner = factory.SelfAttribute("card.owner")
    position = 1
    match = "^"
    value = 10


class InvitationFactory(DjangoModelFactory):
    class Meta:
        model = Invitation

    digest = factory.LazyFunction(lambda: secrets.token_bytes(32))
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=3))


class JobFactory(DjangoModelFactory):
    class Meta:
        model = Job

    key = factory.Faker("uuid4")
    kind = "test"
    subject = "A test"
    company = factory.SelfAttribute("actor.company")
