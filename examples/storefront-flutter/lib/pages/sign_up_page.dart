import 'package:doorstep_flutter/doorstep_flutter.dart';
import 'package:flutter/material.dart';

import '../parts/shop_page.dart';
import '../texts.dart';

/// Opens an account.
class SignUpPage extends StatelessWidget {
  const SignUpPage({super.key});

  @override
  Widget build(BuildContext context) {
    final texts = ShopTexts.of(context);
    return ShopPage(
      width: 440,
      children: [
        PageTitle(texts.openAccount),
        Wrap(
          crossAxisAlignment: WrapCrossAlignment.center,
          children: [
            Text(texts.beenBefore),
            PageLink(texts.logIn, '/login', replaces: true),
          ],
        ),
        const SizedBox(height: 16),
        SignUpForm(
          onSuccess: (_) =>
              Navigator.of(context).pushReplacementNamed('/account'),
        ),
      ],
    );
  }
}
