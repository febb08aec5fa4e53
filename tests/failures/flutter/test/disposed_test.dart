import 'dart:async';

import 'package:doorstep_flutter/doorstep_flutter.dart';
import 'package:flutter/material.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:http/http.dart' as http;
import 'package:http/testing.dart';

/// DS-36: the customer leaves the page while the answer is on its way.
void main() {
  testWidgets('DS-36 plain code uses a page that is gone', (tester) async {
    final answer = Completer<void>();
    await tester.pumpWidget(
      MaterialApp(home: PlainForm(send: () => answer.future)),
    );
    await tester.tap(find.text('Create account'));
    await tester.pumpWidget(const SizedBox());
    answer.complete();
    await tester.pump();
    expect(
      '${tester.takeException()}',
      contains('setState() called after dispose()'),
    );
  });

  testWidgets('DS-36 the kit lets the late answer go', (tester) async {
    final answer = Completer<http.Response>();
    var requests = 0;
    final client = DoorstepClient(
      baseUrl: Uri.parse('https://api.shop.test'),
      storage: MemoryStorage(),
      httpClient: MockClient((request) {
        requests++;
        return answer.future;
      }),
      log: (_) {},
    );
    addTearDown(client.close);
    await tester.pumpWidget(
      DoorstepScope(
        client: client,
        child: MaterialApp(
          // The usual splash needs a shader that only a built app has.
          theme: ThemeData(splashFactory: InkRipple.splashFactory),
          home: const Scaffold(body: SignUpForm()),
        ),
      ),
    );
    await tester.enterText(find.widgetWithText(TextField, 'Name'), 'Grace');
    await tester.enterText(
      find.widgetWithText(TextField, 'E-mail'),
      'grace@longstone.example',
    );
    await tester.enterText(
      find.widgetWithText(TextField, 'Password'),
      'coble through the Farne',
    );
    await tester.tap(find.text('Create account'));
    await tester.pump();
    expect(requests, greaterThan(0));
    await tester.pumpWidget(const SizedBox());
    answer.complete(http.Response('{}', 500));
    await tester.pump(const Duration(seconds: 30));
    expect(tester.takeException(), isNull);
  });
}

/// A form as many write it: await, then setState.
class PlainForm extends StatefulWidget {
  const PlainForm({required this.send, super.key});

  final Future<void> Function() send;

  @override
  State<PlainForm> createState() => _PlainFormState();
}

class _PlainFormState extends State<PlainForm> {
  String _message = 'Create account';

  Future<void> _submit() async {
    await widget.send();
    setState(() => _message = 'Welcome');
  }

  @override
  Widget build(BuildContext context) => GestureDetector(
    onTap: () => unawaited(_submit().catchError(_report)),
    child: Text(_message),
  );

  // As the framework reports what nobody catches.
  void _report(Object error) =>
      FlutterError.reportError(FlutterErrorDetails(exception: error));
}
