import 'dart:convert';
import 'dart:io';

import 'package:http/http.dart' as http;
import 'package:test/test.dart';

/// A real server with a database of its own; `tools/flutter test` brings what
/// starts them.
final class Doorstep {
  Doorstep._(this._id, this.url);

  final String _id;

  /// Where it listens.
  final Uri url;

  static Uri get _fixture {
    final address = Platform.environment['DOORSTEP_FIXTURE'];
    if (address == null) {
      fail('These tests need servers: run them by tools/flutter test.');
    }
    return Uri.parse('$address/servers');
  }

  /// Starts one, and stops it after the test (or the group's tests).
  static Future<Doorstep> start([
    Map<String, String> settings = const {},
  ]) async {
    final response = await http.post(_fixture, body: jsonEncode(settings));
    expect(response.statusCode, 200, reason: response.body);
    final answer = jsonDecode(response.body) as Map<String, Object?>;
    final id = answer['id']! as String;
    final server = Doorstep._(id, Uri.parse(answer['url']! as String));
    addTearDown(() => http.delete(server._at('')));
    return server;
  }

  Uri _at(String verb) => Uri.parse('$_fixture/$_id$verb');

  Future<void> _do(String verb) async {
    final response = await http.post(_at(verb));
    expect(response.statusCode, 200, reason: response.body);
  }

  /// Ends the process; the database stays.
  Future<void> pause() => _do('/pause');

  /// Starts it again, on the same port.
  Future<void> resume() => _do('/resume');
}

var _count = 0;

/// An address that no other test uses.
String freshEmail() =>
    'ada${DateTime.now().microsecondsSinceEpoch}-${_count++}@example.com';

/// A password that the server takes.
const goodPassword = 'correct horse battery';
