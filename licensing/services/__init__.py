"""What licensing does: prices, carts, orders, payments, licences, downloads, refunds."""
