from django.apps import AppConfig


class StoreConfig(AppConfig):
    name = "psabridge.store"
    label = "store"
