import 'package:doorstep_flutter/doorstep_flutter.dart';
import 'package:flutter/material.dart';

final _account = DoorstepClient(baseUrl: Uri.parse('http://localhost:5000'));

void main() => runApp(DoorstepScope(client: _account, child: const App()));

/// A customer signs up, and is greeted.
class App extends StatelessWidget {
  /// The whole app.
  const App({super.key});

  @override
  Widget build(BuildContext context) => MaterialApp(
    home: Scaffold(
      body: Padding(
        padding: const EdgeInsets.all(24),
        child: switch (DoorstepScope.sessionOf(context)) {
          SignedIn(:final customer) => Text('Hello ${customer.name}'),
          SignedOut() => const SignUpForm(),
          Restoring() => const SizedBox(),
        },
      ),
    ),
  );
}
