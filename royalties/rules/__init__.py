"""How a sale is shared out, what a month was, who is due what: values in, values out."""
