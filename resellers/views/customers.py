"""Management > Customers: the list, one customer, making and changing one."""

from functools import partial

from django.contrib import messages
from django.shortcuts import redirect, render

from accounts import access
from accounts.lists import listing
from accounts.saving import answer_status, locked, saved, watched
from resellers import queries
from resellers.filters import CustomerFilter
from resellers.forms import CustomerForm, NewCustomerForm
from resellers.grids import CompanyCustomerTable, CustomerTable
from resellers.models import Company, Customer
from resellers.services import customers
from resellers.views.companies import one_company
from resellers.views.pages import company_page, url_if_may

REFUSALS = {"customer_name_unique_in_company": ("name", "The company has a customer of this name already.")}
EDITABLE = ("name", "email", "status", "debit_limit", "notes")


@access.screen("customer.view")
def customer_list(request):
    rows = access.visible(request.user, Customer, "customer.view").select_related("company")
    return listing(
        request, "resellers/customer_list.html", CustomerTable, rows, CustomerFilter, title="Customers",
        create_url=url_if_may(request.user, "customer.create", "resellers:customer_create"),
        create_label="New customer",
        empty_hint="A customer sends calls and is billed by the rate card it is subscribed to.",
    )  # fmt: skip


@access.screen("customer.view")
def reseller_customers(request, pk):
    company = one_company(request.user, "customer.view", pk)
    rows = access.visible(request.user, Customer, "customer.view").filter(company=company)
    create = url_if_may(request.user, "customer.create", "resellers:customer_create")
    return listing(
        request, "resellers/reseller_customers.html", CompanyCustomerTable, rows, CustomerFilter,
        **company_page(request.user, company), create_url=create and f"{create}?company={pk}",
        create_label="New customer", empty_hint="This company bills nobody yet.",
    )  # fmt: skip


@access.screen("customer.view")
def customer_detail(request, pk):
    customer = access.get_or_404(request.user, Customer, "customer.view", pk=pk)
    page = "" if customer.company.is_master else url_if_may(
        request.user, "reseller.view", "resellers:reseller_detail", customer.company_id)  # fmt: skip
    context = {"customer": customer, "company": customer.company, "company_url": page, "title": customer.name}
    return render(request, "resellers/customer_detail.html", context)


@access.screen("customer.create")
def customer_create(request):
    user = request.user
    chosen = request.GET.get("company", "")
    initial = {"company": chosen if chosen.isdigit() else user.company_id, "currency": user.company.currency}
    owners = queries.open_for_more(access.visible(user, Company, "customer.create"))
    form = NewCustomerForm(request.POST or None, initial=initial)
    access.narrow(form, user, company=owners)
    if form.is_valid():
        customer = saved(form, customers.create_customer, actor=user, refusals=REFUSALS, **form.cleaned_data)
        if customer:
            messages.success(request, f"Customer “{customer.name}” was made.")
            return redirect("resellers:customer_detail", customer.pk)
    context = {"form": form, "title": "New customer"}
    return render(request, "resellers/customer_create.html", context, status=answer_status(form))


@access.screen("customer.update")
def customer_edit(request, pk):
    customer = access.get_or_404(request.user, Customer, "customer.update", pk=pk)
    customer = locked(customer) if request.method == "POST" else customer
    form = CustomerForm(request.POST or None, initial={name: getattr(customer, name) for name in EDITABLE})
    save = partial(saved, form, customers.change_customer, customer, actor=request.user, refusals=REFUSALS)
    if watched(form).is_valid() and save(**form.cleaned_data):
        messages.success(request, "Saved.")
        return redirect("resellers:customer_detail", customer.pk)
    context = {"form": form, "customer": customer, "title": f"Edit {customer.name}"}
    return render(request, "resellers/customer_edit.html", context, status=answer_status(form))
