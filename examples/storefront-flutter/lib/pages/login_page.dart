import 'package:doorstep_flutter/doorstep_flutter.dart';
import 'package:flutter/material.dart';

import '../parts/shop_page.dart';
import '../texts.dart';

/// Logs in.
class LoginPage extends StatelessWidget {
  const LoginPage({super.key});

  @override
  Widget build(BuildContext context) {
    final texts = ShopTexts.of(context);
    return ShopPage(
      width: 440,
      children: [
        PageTitle(texts.logIn),
        Wrap(
          crossAxisAlignment: WrapCrossAlignment.center,
          children: [
            Text(texts.newHere),
            PageLink(texts.openAccount, '/signup', replaces: true),
          ],
        ),
        const SizedBox(height: 16),
        LoginForm(
          onSuccess: (_) =>
              Navigator.of(context).pushReplacementNamed('/account'),
        ),
      ],
    );
  }
}
