import type { ReactNode } from "react";
import { AccountPage } from "./account/AccountPage";
import { AddressesPage } from "./account/AddressesPage";
import { DataPage } from "./account/DataPage";
import { SecurityPage } from "./account/SecurityPage";
import { BasketPage } from "./pages/BasketPage";
import { HomePage } from "./pages/HomePage";
import { LoginPage } from "./pages/LoginPage";
import { NotFoundPage } from "./pages/NotFoundPage";
import { ProductPage } from "./pages/ProductPage";
import { RecoverPage } from "./pages/RecoverPage";
import { SignupPage } from "./pages/SignupPage";
import { products } from "./shop/products";

export type Route = { path: string; title: string; page: ReactNode };

/** The whole shop on one page. The build writes one HTML file for each line. */
export const routes: Route[] = [
  { path: "/", title: "Provisions for bad weather", page: <HomePage /> },
  ...products.map((product) => ({
    path: `/product/${product.slug}`,
    title: product.name,
    page: <ProductPage key={product.slug} product={product} />,
  })),
  { path: "/basket", title: "Basket", page: <BasketPage /> },
  { path: "/signup", title: "Open an account", page: <SignupPage /> },
  { path: "/login", title: "Log in", page: <LoginPage /> },
  { path: "/recover", title: "Forgot your password?", page: <RecoverPage /> },
  { path: "/account", title: "Your account", page: <AccountPage /> },
  { path: "/account/addresses", title: "Addresses", page: <AddressesPage /> },
  { path: "/account/security", title: "Password and devices", page: <SecurityPage /> },
  { path: "/account/data", title: "Your data", page: <DataPage /> },
];

const notFound = { title: "Not found", page: <NotFoundPage /> };

export function routeFor(path: string): Route {
  return routes.find((route) => route.path === path) ?? { path, ...notFound };
}

export function documentTitle(route: Route): string {
  return `${route.title} · Gale & Kettle`;
}
