"""Prices, cart, order, payment, licence, certificate, download."""
