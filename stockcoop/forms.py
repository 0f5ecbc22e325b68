"""Makes every Django form, allauth's included, render as our components."""

from django.forms.renderers import TemplatesSetting


class FormRenderer(TemplatesSetting):
    """`{{ form }}` and `{{ field.as_field_group }}` use components/."""

    form_template_name = "components/form_fields.html"
    field_template_name = "components/field.html"
