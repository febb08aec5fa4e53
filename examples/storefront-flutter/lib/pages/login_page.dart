import 'package:doorstep_flutter/doorstep_flutter.dart';
import 'package:flutter/material.dart';

import '../parts/shop_page.dart';
import '../texts.dart';

/// Logs in with a password.
class LoginPage extends StatelessWidget {
  const LoginPage({this.email, this.isRecovered = false, super.key});

  /// What was typed on the page before.
  final String? email;

  /// Whether the password is new.
  final bool isRecovered;

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
        if (isRecovered)
          NoteText(DoorstepLocalizations.of(context).passwordRecovered),
        LoginForm(
          email: email ?? '',
          onForgotPassword: (email) => Navigator.of(
            context,
          ).pushReplacementNamed('/recovery', arguments: email),
          onUseCode: (email) => Navigator.of(
            context,
          ).pushReplacementNamed('/login/code', arguments: email),
          onSuccess: (_) =>
              Navigator.of(context).pushReplacementNamed('/account'),
        ),
      ],
    );
  }
}
