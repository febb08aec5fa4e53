import 'package:doorstep_flutter/doorstep_flutter.dart';
import 'package:flutter/material.dart';

import '../parts/shop_page.dart';
import '../texts.dart';

/// For whoever has forgotten the password.
class RecoveryPage extends StatelessWidget {
  const RecoveryPage({this.email, super.key});

  /// What was typed on the login page.
  final String? email;

  @override
  Widget build(BuildContext context) => ShopPage(
    width: 440,
    children: [
      PageTitle(DoorstepLocalizations.of(context).choosePassword),
      Align(
        alignment: AlignmentDirectional.centerStart,
        child: PageLink(ShopTexts.of(context).logIn, '/login', replaces: true),
      ),
      const SizedBox(height: 16),
      RecoveryForm(
        email: email ?? '',
        onSuccess: (email) => Navigator.of(context).pushNamedAndRemoveUntil(
          '/login/recovered',
          (route) => route.isFirst,
          arguments: email,
        ),
      ),
    ],
  );
}
