import 'dart:convert';
import 'dart:io';

import 'package:doorstep_client/doorstep_client.dart';
import 'package:http/http.dart' as http;

/// Dart as a phone or a desktop runs it: reads questions from standard input,
/// one line of JSON each, and answers with what the kit, or plain `http`, got.
Future<void> main() async {
  final lines = stdin
      .transform(utf8.decoder)
      .transform(const LineSplitter())
      .map((line) => jsonDecode(line) as Map<String, Object?>);
  await for (final question in lines) {
    final answer = question['plain'] == null
        ? await askKit(question)
        : await askPlainly(question);
    stdout.writeln(jsonEncode(answer));
  }
  exit(0);
}

Future<Map<String, Object?>> askKit(Map<String, Object?> question) async {
  final log = <String>[];
  final clock = Duration(milliseconds: question['clock'] as int? ?? 0);
  final client = DoorstepClient(
    baseUrl: Uri.parse(question['api']! as String),
    storage: question['storage'] == 'broken' ? const BrokenStorage() : null,
    timeout: Duration(milliseconds: question['timeout'] as int? ?? 5000),
    now: () => DateTime.now().add(clock),
    log: log.add,
  );
  await client.restore();
  final result = await client.signUp(
    name: question['name'] as String? ?? 'José',
    email: 'jose.${DateTime.now().microsecondsSinceEpoch}@longstone.example',
    password: 'coble through the Farne',
  );
  final found = await client.diagnose();
  final session = client.session.value;
  client.close();
  return {
    'type': '${result.runtimeType}',
    'code': result.error?.code,
    'hint': result.error?.hint,
    'name': session is SignedIn ? session.customer.name : null,
    'log': [...log, ...found.map((finding) => '$finding')],
  };
}

/// A tutorial's way: the body as it is given, nothing else.
Future<Map<String, Object?>> askPlainly(Map<String, Object?> question) async {
  final url = Uri.parse(question['plain']! as String);
  try {
    final form = (question['form'] as Map?)?.cast<String, String>();
    final answer = form == null
        ? await http.get(url)
        : await http.post(url, body: form);
    return {
      'status': answer.statusCode,
      'body': answer.body,
      'latin1': latin1.decode(answer.bodyBytes),
    };
  } on Object catch (error) {
    return {'error': '$error'};
  }
}

/// Android after a restored backup: what is stored cannot be decrypted.
final class BrokenStorage implements SessionStorage {
  const BrokenStorage();

  @override
  Future<String?> read(String key) async =>
      throw const FormatException('BAD_DECRYPT');

  @override
  Future<void> write(String key, String value) async {}

  @override
  Future<void> delete(String key) async {}
}
