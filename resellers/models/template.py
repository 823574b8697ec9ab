"""How a company reads the sheets of customers of one sender, remembered by name."""

from django.db import models

from accounts.audit_triggers import tracked
from resellers.models.company import Company


class CustomerTemplate(models.Model):
    """A layout that was confirmed once; a sheet of customers of the same header is read so again, and shows that it is."""

    owner = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)
    header = models.CharField(max_length=64, editable=False)  # a digest of the columns
    layout = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(models.functions.Lower("name"), "owner", name="customer_template_name_unique"),
            models.UniqueConstraint(fields=["owner", "header"], name="customer_template_header_unique"),
            models.CheckConstraint(condition=~models.Q(name__regex=r"^\s*$"), name="customer_template_name_given"),
        ]
        triggers = tracked("resellers_customertemplate", company="owner_id", label="name", ignored=["layout"])

    def __str__(self):
        return self.name
