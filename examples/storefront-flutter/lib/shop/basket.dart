import 'package:flutter/foundation.dart';

import 'products.dart';

/// How many of which product. It stays in this app; nothing about it is sent.
class Basket extends ChangeNotifier {
  static const _most = 9;

  final Map<String, int> _counts = {};

  /// What is in it, in the order of the shelf.
  List<(Product, int)> get lines => [
    for (final product in products)
      if (_counts[product.slug] case final count?) (product, count),
  ];

  int get itemCount => _counts.values.fold(0, (sum, count) => sum + count);

  int get cents => lines.fold(0, (sum, line) => sum + line.$1.cents * line.$2);

  void addOne(Product product) =>
      setCount(product, (_counts[product.slug] ?? 0) + 1);

  void setCount(Product product, int count) {
    if (count > 0) {
      _counts[product.slug] = count > _most ? _most : count;
    } else {
      _counts.remove(product.slug);
    }
    notifyListeners();
  }
}
