from django.apps import AppConfig


class StockcoopConfig(AppConfig):
    name = "stockcoop"
