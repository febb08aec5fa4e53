import 'package:doorstep_flutter/doorstep_flutter.dart';
import 'package:flutter/material.dart';

import '../parts/shop_page.dart';
import '../texts.dart';

/// Logs in; with an e-mail, somebody whose password is new.
class LoginPage extends StatelessWidget {
  const LoginPage({this.recovered, super.key});

  /// The e-mail of whoever comes from the recovery page.
  final String? recovered;

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
        if (recovered != null)
          NoteText(DoorstepLocalizations.of(context).passwordRecovered),
        LoginForm(
          email: recovered ?? '',
          onForgotPassword: (email) => Navigator.of(
            context,
          ).pushReplacementNamed('/recovery', arguments: email),
          onSuccess: (_) =>
              Navigator.of(context).pushReplacementNamed('/account'),
        ),
      ],
    );
  }
}
