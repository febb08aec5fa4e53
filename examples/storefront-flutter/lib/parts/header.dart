import 'package:doorstep_flutter/doorstep_flutter.dart';
import 'package:flutter/material.dart';

import '../art/mark.dart';
import '../settings.dart';
import '../texts.dart';
import 'shop_page.dart';

/// The shop's name, the basket and the way to the account.
class Header extends StatelessWidget {
  const Header({super.key});

  @override
  Widget build(BuildContext context) {
    final texts = ShopTexts.of(context);
    final count = Shop.of(context).basket.itemCount;
    return Padding(
      padding: const EdgeInsets.symmetric(horizontal: 12, vertical: 8),
      child: Wrap(
        alignment: WrapAlignment.spaceBetween,
        crossAxisAlignment: WrapCrossAlignment.center,
        children: [
          const _Brand(),
          Wrap(
            crossAxisAlignment: WrapCrossAlignment.center,
            children: [
              PageLink('${texts.basket} ($count)', '/basket'),
              const _AccountSlot(),
            ],
          ),
        ],
      ),
    );
  }
}

class _Brand extends StatelessWidget {
  const _Brand();

  @override
  Widget build(BuildContext context) => TextButton(
    style: TextButton.styleFrom(
      minimumSize: const Size(48, 48),
      foregroundColor: Theme.of(context).colorScheme.onSurface,
    ),
    onPressed: () => Navigator.of(context).popUntil((route) => route.isFirst),
    child: const Row(
      mainAxisSize: MainAxisSize.min,
      spacing: 10,
      children: [
        Mark(),
        Flexible(
          child: Text(
            'Gale & Kettle',
            style: TextStyle(fontSize: 18, fontWeight: FontWeight.w700),
          ),
        ),
      ],
    ),
  );
}

/// Until the session is known nothing is claimed: no "Log in" that turns into a
/// name a moment later.
class _AccountSlot extends StatelessWidget {
  const _AccountSlot();

  @override
  Widget build(BuildContext context) {
    final texts = ShopTexts.of(context);
    return switch (DoorstepScope.sessionOf(context)) {
      SignedIn(:final customer) => PageLink(customer.name, '/account'),
      SignedOut() => Wrap(
        children: [
          PageLink(texts.logIn, '/login'),
          PageLink(texts.signUp, '/signup'),
        ],
      ),
      Restoring() => PageLink(texts.account, '/account'),
    };
  }
}
