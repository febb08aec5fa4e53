import 'package:flutter/material.dart';

import '../art/art.dart';
import '../parts/shop_page.dart';
import '../shop/products.dart';
import '../texts.dart';

/// The storm, the forecast and the shelf.
class HomePage extends StatelessWidget {
  const HomePage({super.key});

  @override
  Widget build(BuildContext context) => const ShopPage(
    children: [_Hero(), SizedBox(height: 28), _Forecast(), _Shelf()],
  );
}

class _Hero extends StatelessWidget {
  const _Hero();

  @override
  Widget build(BuildContext context) => LayoutBuilder(
    builder: (context, box) => box.maxWidth < 760
        ? const Column(
            crossAxisAlignment: CrossAxisAlignment.stretch,
            spacing: 24,
            children: [_HeroText(), HeroScene()],
          )
        : const Row(
            spacing: 40,
            children: [
              Expanded(child: _HeroText()),
              Expanded(child: HeroScene()),
            ],
          ),
  );
}

class _HeroText extends StatelessWidget {
  const _HeroText();

  @override
  Widget build(BuildContext context) {
    final texts = ShopTexts.of(context);
    final theme = Theme.of(context);
    final big = theme.textTheme.displaySmall!.copyWith(
      fontWeight: FontWeight.w800,
      color: theme.colorScheme.onSurface,
    );
    return Column(
      crossAxisAlignment: CrossAxisAlignment.start,
      spacing: 12,
      children: [
        Text(
          texts.eyebrow,
          style: TextStyle(color: theme.colorScheme.onSurfaceVariant),
        ),
        Semantics(
          header: true,
          child: Text.rich(
            TextSpan(
              text: '${texts.heroFirst}\n',
              children: [
                TextSpan(
                  text: texts.heroSecond,
                  style: TextStyle(color: theme.colorScheme.primary),
                ),
              ],
            ),
            style: big,
          ),
        ),
        Text(texts.heroLine, style: theme.textTheme.bodyLarge),
      ],
    );
  }
}

class _Forecast extends StatelessWidget {
  const _Forecast();

  @override
  Widget build(BuildContext context) {
    final texts = ShopTexts.of(context);
    return Wrap(
      spacing: 32,
      runSpacing: 8,
      children: [
        for (final (name, value) in [
          (texts.wind, texts.windValue),
          (texts.sky, texts.skyValue),
          (texts.indoors, texts.indoorsValue),
        ])
          Text.rich(
            TextSpan(
              text: '$name  ',
              style: TextStyle(
                color: Theme.of(context).colorScheme.onSurfaceVariant,
              ),
              children: [
                TextSpan(
                  text: value,
                  style: TextStyle(
                    color: Theme.of(context).colorScheme.onSurface,
                  ),
                ),
              ],
            ),
          ),
      ],
    );
  }
}

class _Shelf extends StatelessWidget {
  const _Shelf();

  @override
  Widget build(BuildContext context) => Column(
    crossAxisAlignment: CrossAxisAlignment.stretch,
    children: [
      const SizedBox(height: 32),
      PageTitle(ShopTexts.of(context).shelf),
      LayoutBuilder(
        builder: (context, box) {
          final columns = box.maxWidth < 520 ? 1 : (box.maxWidth < 820 ? 2 : 3);
          final width = (box.maxWidth - 24 * (columns - 1)) / columns;
          return Wrap(
            spacing: 24,
            runSpacing: 32,
            children: [
              for (final product in products)
                SizedBox(width: width, child: _Card(product)),
            ],
          );
        },
      ),
    ],
  );
}

class _Card extends StatelessWidget {
  const _Card(this.product);

  final Product product;

  @override
  Widget build(BuildContext context) {
    final text = product.text(Localizations.localeOf(context));
    final theme = Theme.of(context);
    return InkWell(
      onTap: () => Navigator.of(context).pushNamed('/product/${product.slug}'),
      child: Column(
        crossAxisAlignment: CrossAxisAlignment.start,
        spacing: 6,
        children: [
          Art(product.art),
          Text(
            text.name,
            style: theme.textTheme.titleLarge!.copyWith(
              fontWeight: FontWeight.w700,
            ),
          ),
          Text(text.line),
          Text(euros(product.cents), style: theme.textTheme.titleMedium),
        ],
      ),
    );
  }
}
