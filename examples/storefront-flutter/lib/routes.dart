import 'package:flutter/material.dart';

import 'pages/account_page.dart';
import 'pages/basket_page.dart';
import 'pages/home_page.dart';
import 'pages/login_code_page.dart';
import 'pages/login_page.dart';
import 'pages/not_found_page.dart';
import 'pages/product_page.dart';
import 'pages/recovery_page.dart';
import 'pages/sign_up_page.dart';
import 'shop/products.dart';

/// The whole shop on one page; an e-mail goes along from login to recovery or to
/// the login by mail, and back.
final Map<String, Widget Function(String? email)> _pages = {
  '/': (_) => const HomePage(),
  for (final product in products)
    '/product/${product.slug}': (_) => ProductPage(product),
  '/basket': (_) => const BasketPage(),
  '/signup': (_) => const SignUpPage(),
  '/login': (email) => LoginPage(email: email),
  '/login/code': (email) => LoginCodePage(email: email),
  '/login/recovered': (email) => LoginPage(email: email, isRecovered: true),
  '/recovery': (email) => RecoveryPage(email: email),
  '/account': (_) => const ShopAccountPage(),
};

Route<void> shopRoute(RouteSettings settings) {
  final page = _pages[settings.name] ?? (_) => const NotFoundPage();
  final email = settings.arguments as String?;
  return MaterialPageRoute(settings: settings, builder: (_) => page(email));
}
