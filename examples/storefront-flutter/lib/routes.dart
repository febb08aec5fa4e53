import 'package:flutter/material.dart';

import 'pages/account_page.dart';
import 'pages/basket_page.dart';
import 'pages/home_page.dart';
import 'pages/login_page.dart';
import 'pages/not_found_page.dart';
import 'pages/product_page.dart';
import 'pages/sign_up_page.dart';
import 'shop/products.dart';

/// The whole shop on one page.
final Map<String, WidgetBuilder> _pages = {
  '/': (_) => const HomePage(),
  for (final product in products)
    '/product/${product.slug}': (_) => ProductPage(product),
  '/basket': (_) => const BasketPage(),
  '/signup': (_) => const SignUpPage(),
  '/login': (_) => const LoginPage(),
  '/account': (_) => const ShopAccountPage(),
};

Route<void> shopRoute(RouteSettings settings) => MaterialPageRoute(
  settings: settings,
  builder: _pages[settings.name] ?? (_) => const NotFoundPage(),
);
