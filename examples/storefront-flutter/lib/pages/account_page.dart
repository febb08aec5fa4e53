import 'dart:async';
import 'dart:convert';

import 'package:doorstep_flutter/doorstep_flutter.dart';
import 'package:flutter/material.dart';
import 'package:flutter/services.dart';

import '../parts/shop_page.dart';
import '../texts.dart';

/// The parts of the kit's account page, in the shop's own frame.
class ShopAccountPage extends StatelessWidget {
  const ShopAccountPage({super.key});

  @override
  Widget build(BuildContext context) {
    final texts = ShopTexts.of(context);
    return ShopPage(
      width: 640,
      children: [
        PageTitle(texts.account),
        AccountGate(
          onForgotPassword: (email) =>
              Navigator.of(context).pushNamed('/recovery', arguments: email),
          builder: (context, customer) => Column(
            crossAxisAlignment: CrossAxisAlignment.stretch,
            children: [
              const VerificationBanner(),
              ProfileSection(customer: customer),
              AddressesSection(customer: customer),
              EmailSection(customer: customer),
              const PasswordSection(),
              const DevicesSection(),
              const ActivitySection(),
              DataSection(
                onExport: (data) => unawaited(_copy(context, texts, data)),
              ),
              const LogOutButton(),
            ],
          ),
        ),
      ],
    );
  }
}

/// A plugin would save a file; the clipboard needs none.
Future<void> _copy(
  BuildContext context,
  ShopTexts texts,
  Map<String, Object?> data,
) async {
  const json = JsonEncoder.withIndent('  ');
  await Clipboard.setData(ClipboardData(text: json.convert(data)));
  if (!context.mounted) return;
  ScaffoldMessenger.of(
    context,
  ).showSnackBar(SnackBar(content: Text(texts.exported)));
}
