import 'package:doorstep_flutter/doorstep_flutter.dart';
import 'package:flutter/widgets.dart';

import 'session_storage.dart';
import 'shop_app.dart';

/// `flutter run --dart-define=DOORSTEP_URL=https://accounts.shop.example`
const _url = String.fromEnvironment(
  'DOORSTEP_URL',
  defaultValue: 'http://localhost:5000',
);

void main() {
  WidgetsFlutterBinding.ensureInitialized();
  final account = DoorstepClient(
    baseUrl: Uri.parse(_url),
    storage: sessionStorage(),
  );
  runApp(DoorstepScope(client: account, child: const ShopApp()));
}
