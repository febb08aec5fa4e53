import 'dart:convert';
import 'dart:js_interop';
import 'dart:js_interop_unsafe';

import 'package:doorstep_client/doorstep_client.dart';

/// A page's program: `browser.test.mjs` calls [act] and reads what came of it.
void main() {
  final query = Uri.base.queryParameters;
  final lines = <String>[];
  final client = DoorstepClient(
    baseUrl: Uri.parse(query['api']!),
    timeout: Duration(milliseconds: int.parse(query['timeout'] ?? '10000')),
    log: lines.add,
  );
  Future<JSString> run(JSString name) async {
    final outcome = await act(client, name.toDart);
    return jsonEncode({...outcome, 'log': lines}).toJS;
  }

  globalContext['act'] = ((JSString name) => run(name).toJS).toJS;
}

Future<Map<String, Object?>> act(DoorstepClient client, String name) async {
  switch (name) {
    case 'restore':
      await client.restore();
      return {'state': wordFor(client.session.value)};
    case 'state':
      return {'state': wordFor(client.session.value)};
    case 'signUp':
      final result = await client.signUp(
        name: 'José',
        email: ' ada@example.com ',
        password: 'correct horse battery staple',
      );
      return outcome(client, '${result.runtimeType}', result.error);
    case 'login':
      final result = await client.login(
        email: 'ada@example.com',
        password: 'correct horse battery staple',
      );
      return outcome(client, '${result.runtimeType}', result.error);
    case 'rename':
      final result = await client.profile.update(
        const ProfileChange(name: 'Ada King'),
      );
      return outcome(client, '${result.runtimeType}', result.error);
    case 'policy':
      return outcome(client, 'Policy', (await client.policy()).error);
    case 'logout':
      return outcome(client, 'Logout', (await client.logout()).error);
    case 'diagnose':
      final found = await client.diagnose();
      return {
        'hints': [for (final one in found) one.message],
        'pages': [for (final one in found) '${one.url}'],
      };
    default:
      throw ArgumentError(name);
  }
}

Map<String, Object?> outcome(
  DoorstepClient client,
  String type,
  DoorstepError? error,
) => {
  'type': type,
  'state': wordFor(client.session.value),
  'code': error?.code,
  'reason': error?.reason?.name,
  'hint': error?.hint,
};

String wordFor(SessionState state) => switch (state) {
  Restoring(error: null) => 'restoring',
  Restoring() => 'unknown',
  SignedIn(stale: true) => 'stale',
  SignedIn(:final customer) => customer.name,
  SignedOut(:final reason) => reason.name,
};
