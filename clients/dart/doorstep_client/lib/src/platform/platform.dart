import 'package:http/http.dart' as http;

import '../error.dart';
import 'current_stub.dart'
    if (dart.library.io) 'current_io.dart'
    if (dart.library.js_interop) 'current_web.dart'
    as current;

/// All that differs between a browser and the rest.
abstract interface class Platform {
  /// The platform that this program was compiled for.
  factory Platform() = current.CurrentPlatform;

  /// The address of the page in a browser, else null.
  Uri? get page;

  /// The Android emulator has its own `localhost` (DS-24).
  bool get isAndroidEmulator;

  /// A client that sends cookies where there are any, and follows no redirect.
  http.Client createHttpClient(Duration timeout);

  /// What an exception of an HTTP client says about the cause.
  Trouble explain(Object exception);

  /// Whether anything answers at [url]. Tells a browser's two causes of a
  /// hidden answer apart; null where nothing is hidden.
  Future<bool>? answers(Uri url, Duration timeout);

  /// The other tabs of this origin; [hear] gets what they tell.
  Tabs openTabs(String name, void Function(String news) hear);

  /// Calls [listener] when the network is back; answers how to stop that.
  void Function() onOnline(void Function() listener);
}

/// The cause of a missing answer; [hint] begins with a DS number.
typedef Trouble = ({UnavailableReason reason, String? hint});

/// What one tab tells the others; a token never passes through here.
abstract interface class Tabs {
  /// One of `in`, `out` and `changed`, as in `@doorstep/client`.
  void tell(String news);

  /// Hears no more.
  void close();
}

/// Where there are no tabs.
final class NoTabs implements Tabs {
  /// Keeps to itself.
  const NoTabs();

  @override
  void tell(String news) {}

  @override
  void close() {}
}
