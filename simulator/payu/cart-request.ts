import { countries } from "./countries";
import { parseWireDate } from "./dates";
import { invalid } from "./errors";
import type { Fields } from "./fields";
import type { Cart } from "./model";

/**
 * The carts of a marketplace order (PayU docs: marketplace). Choice: a wrong sum or fee is an
 * ERROR_VALUE_INVALID at the field; the documents name no code for it.
 */
export function readCarts(order: Fields, totalMinor: number): Cart[] {
  const carts = order.list("shoppingCarts").map(readCart);
  if (carts.length === 0) return [];
  order.requiredObject("buyer").requiredText("extCustomerId");
  const sum = carts.reduce((all, { amountMinor }) => all + amountMinor, 0);
  if (sum !== totalMinor) {
    throw invalid("shoppingCarts", `sum up to ${sum}, but totalAmount is ${totalMinor}`);
  }
  return carts;
}

export function readProducts(products: readonly Fields[]): number {
  return products.reduce((sum, product) => sum + readProduct(product), 0);
}

function readCart(cart: Fields): Cart {
  const amountMinor = cart.requiredAmount("amount");
  const feeMinor = cart.digits("fee") ?? 0;
  if (feeMinor > amountMinor) throw invalid(cart.path("fee"), "is more than the cart's amount");
  const goods = readProducts(cart.requiredList("products"));
  const shipping = cart.list("shippingMethods").reduce((sum, it) => sum + readShipping(it), 0);
  if (goods + shipping !== amountMinor) {
    const sum = `${goods} of products and ${shipping} of shipping`;
    throw invalid(cart.path("amount"), `is ${amountMinor}, but the cart holds ${sum}`);
  }
  return { seller: cart.requiredText("extCustomerId", 1024), amountMinor, feeMinor };
}

/** What all pieces of a product cost. */
function readProduct(product: Fields): number {
  product.requiredText("name");
  const listed = product.text("listingDate");
  if (listed !== undefined && parseWireDate(listed) === undefined) {
    throw invalid(product.path("listingDate"), "is no ISO date and time with an offset");
  }
  return product.requiredDigits("unitPrice") * product.requiredAmount("quantity");
}

function readShipping(method: Fields): number {
  method.requiredText("name");
  const country = method.requiredText("country");
  if (!countries.has(country)) {
    throw invalid(method.path("country"), "is no ISO 3166 code of two letters");
  }
  return method.requiredDigits("price");
}
