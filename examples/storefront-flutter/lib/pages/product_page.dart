import 'package:flutter/material.dart';

import '../art/art.dart';
import '../parts/shop_page.dart';
import '../settings.dart';
import '../shop/products.dart';
import '../texts.dart';

/// One product, its story and its facts.
class ProductPage extends StatelessWidget {
  const ProductPage(this.product, {super.key});

  final Product product;

  @override
  Widget build(BuildContext context) => ShopPage(
    children: [
      LayoutBuilder(
        builder: (context, box) {
          final art = Art(product.art);
          final text = _Text(product);
          return box.maxWidth < 760
              ? Column(
                  crossAxisAlignment: CrossAxisAlignment.stretch,
                  spacing: 24,
                  children: [art, text],
                )
              : Row(
                  crossAxisAlignment: CrossAxisAlignment.start,
                  spacing: 40,
                  children: [
                    Expanded(child: art),
                    Expanded(child: text),
                  ],
                );
        },
      ),
    ],
  );
}

class _Text extends StatelessWidget {
  const _Text(this.product);

  final Product product;

  @override
  Widget build(BuildContext context) {
    final texts = ShopTexts.of(context);
    final text = product.text(Localizations.localeOf(context));
    final theme = Theme.of(context).textTheme;
    return Column(
      crossAxisAlignment: CrossAxisAlignment.start,
      spacing: 12,
      children: [
        PageLink(texts.allProvisions, '/'),
        PageTitle(text.name),
        Text(text.line, style: theme.bodyLarge),
        Text(euros(product.cents), style: theme.headlineSmall),
        FilledButton(
          style: FilledButton.styleFrom(minimumSize: const Size(48, 48)),
          onPressed: () {
            Shop.of(context).basket.addOne(product);
            ScaffoldMessenger.of(
              context,
            ).showSnackBar(SnackBar(content: Text(texts.inBasket)));
          },
          child: Text(texts.addToBasket),
        ),
        Text(text.story),
        for (final fact in text.facts) Text('·  $fact'),
      ],
    );
  }
}
