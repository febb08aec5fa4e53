import 'calls.dart';
import 'http.dart';
import 'result.dart';

Future<Result<Map<String, Object?>>> readExport(Calls calls) => calls.call(
  const Call('GET', '/user/export'),
  (answer) => answer.data! as Map<String, Object?>,
);
