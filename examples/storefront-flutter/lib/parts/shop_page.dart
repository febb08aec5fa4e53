import 'package:flutter/material.dart';

import 'footer.dart';
import 'header.dart';

/// The frame of every page: header, content, footer, in one scroll.
class ShopPage extends StatelessWidget {
  const ShopPage({required this.children, this.width = 1120, super.key});

  final List<Widget> children;

  /// Where the content stops growing.
  final double width;

  @override
  Widget build(BuildContext context) => Scaffold(
    body: SafeArea(
      child: SingleChildScrollView(
        child: Column(
          crossAxisAlignment: CrossAxisAlignment.stretch,
          children: [
            const Header(),
            Padding(
              padding: const EdgeInsets.all(20),
              child: Center(
                child: ConstrainedBox(
                  constraints: BoxConstraints(maxWidth: width),
                  child: Column(
                    crossAxisAlignment: CrossAxisAlignment.stretch,
                    children: children,
                  ),
                ),
              ),
            ),
            const Footer(),
          ],
        ),
      ),
    ),
  );
}

/// The heading of a page.
class PageTitle extends StatelessWidget {
  const PageTitle(this.text, {super.key});

  final String text;

  @override
  Widget build(BuildContext context) => Padding(
    padding: const EdgeInsets.only(bottom: 12),
    child: Semantics(
      header: true,
      child: Text(
        text,
        style: Theme.of(
          context,
        ).textTheme.headlineMedium!.copyWith(fontWeight: FontWeight.w700),
      ),
    ),
  );
}

/// A text that leads to another page.
class PageLink extends StatelessWidget {
  const PageLink(this.text, this.route, {this.replaces = false, super.key});

  final String text;
  final String route;

  /// Takes the place of this page instead of lying on it.
  final bool replaces;

  @override
  Widget build(BuildContext context) => TextButton(
    style: TextButton.styleFrom(
      minimumSize: const Size(48, 48),
      visualDensity: VisualDensity.standard,
    ),
    onPressed: () {
      final navigator = Navigator.of(context);
      if (route == '/') {
        navigator.popUntil((route) => route.isFirst);
      } else if (replaces) {
        navigator.pushReplacementNamed(route);
      } else {
        navigator.pushNamed(route);
      }
    },
    child: Text(text),
  );
}
