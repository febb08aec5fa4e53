import 'package:doorstep_flutter/doorstep_flutter.dart';
import 'package:flutter/material.dart';

import '../parts/shop_page.dart';
import '../texts.dart';

/// Logs in by a mail, without a password.
class LoginCodePage extends StatelessWidget {
  const LoginCodePage({this.email, super.key});

  /// What was typed on the login page.
  final String? email;

  @override
  Widget build(BuildContext context) => ShopPage(
    width: 440,
    children: [
      PageTitle(ShopTexts.of(context).logIn),
      LoginCodeForm(
        email: email ?? '',
        onUsePassword: (email) => Navigator.of(
          context,
        ).pushReplacementNamed('/login', arguments: email),
        onSuccess: (_) =>
            Navigator.of(context).pushReplacementNamed('/account'),
      ),
    ],
  );
}
