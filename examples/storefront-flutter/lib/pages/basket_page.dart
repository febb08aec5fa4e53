import 'package:flutter/material.dart';

import '../parts/shop_page.dart';
import '../settings.dart';
import '../shop/products.dart';
import '../texts.dart';

/// What is in the basket, and what it costs.
class BasketPage extends StatelessWidget {
  const BasketPage({super.key});

  @override
  Widget build(BuildContext context) {
    final texts = ShopTexts.of(context);
    final basket = Shop.of(context).basket;
    final total = euros(basket.cents);
    return ShopPage(
      width: 640,
      children: [
        PageTitle(texts.basket),
        if (basket.lines.isEmpty) ...[
          Text(texts.basketEmpty),
          Align(
            alignment: AlignmentDirectional.centerStart,
            child: PageLink(texts.backToShop, '/'),
          ),
        ],
        for (final (product, count) in basket.lines) _Line(product, count),
        if (basket.lines.isNotEmpty) ...[
          Text(
            '${texts.together}: $total',
            style: Theme.of(context).textTheme.titleLarge,
          ),
          const SizedBox(height: 12),
          Text(texts.basketNote),
        ],
      ],
    );
  }
}

class _Line extends StatelessWidget {
  const _Line(this.product, this.count);

  final Product product;
  final int count;

  @override
  Widget build(BuildContext context) {
    final texts = ShopTexts.of(context);
    final basket = Shop.of(context).basket;
    final name = product.text(Localizations.localeOf(context)).name;
    return Padding(
      padding: const EdgeInsets.only(bottom: 16),
      child: Wrap(
        spacing: 12,
        crossAxisAlignment: WrapCrossAlignment.center,
        children: [
          Text(name, style: Theme.of(context).textTheme.titleMedium),
          _Step('−', '${texts.oneLess}: $name', () {
            basket.setCount(product, count - 1);
          }),
          Semantics(liveRegion: true, child: Text('$count')),
          _Step('+', '${texts.oneMore}: $name', () {
            basket.setCount(product, count + 1);
          }),
          Text(euros(product.cents * count)),
        ],
      ),
    );
  }
}

class _Step extends StatelessWidget {
  const _Step(this.sign, this.spoken, this.action);

  final String sign;
  final String spoken;
  final VoidCallback action;

  @override
  Widget build(BuildContext context) => OutlinedButton(
    style: OutlinedButton.styleFrom(minimumSize: const Size(48, 48)),
    onPressed: action,
    child: Text(sign, semanticsLabel: spoken),
  );
}
