import 'package:flutter/material.dart';

import '../parts/shop_page.dart';
import '../texts.dart';

/// For an address that leads nowhere.
class NotFoundPage extends StatelessWidget {
  const NotFoundPage({super.key});

  @override
  Widget build(BuildContext context) {
    final texts = ShopTexts.of(context);
    return ShopPage(
      width: 640,
      children: [
        PageTitle(texts.lost),
        Align(
          alignment: AlignmentDirectional.centerStart,
          child: PageLink(texts.backToShop, '/'),
        ),
      ],
    );
  }
}
