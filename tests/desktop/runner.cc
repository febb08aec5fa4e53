// The smallest Linux program that shows a Flutter app: what `flutter create --platforms=linux` writes, without plugins.
//   storefront [WIDTH HEIGHT]
#include <flutter_linux/flutter_linux.h>

#include <cstdlib>

static int width = 1280, height = 800;

static void activate(GtkApplication* application, gpointer) {
  GtkWindow* window = GTK_WINDOW(gtk_application_window_new(application));
  gtk_window_set_title(window, "Gale & Kettle");
  gtk_window_set_default_size(window, width, height);
  g_autoptr(FlDartProject) project = fl_dart_project_new();
  FlView* view = fl_view_new(project);
  gtk_widget_show(GTK_WIDGET(view));
  gtk_container_add(GTK_CONTAINER(window), GTK_WIDGET(view));
  gtk_widget_show(GTK_WIDGET(window));
  gtk_widget_grab_focus(GTK_WIDGET(view));
}

int main(int argc, char** argv) {
  if (argc == 3) {
    width = std::atoi(argv[1]);
    height = std::atoi(argv[2]);
  }
  g_autoptr(GtkApplication) application = gtk_application_new("shop.galekettle.storefront", G_APPLICATION_NON_UNIQUE);
  g_signal_connect(application, "activate", G_CALLBACK(activate), nullptr);
  return g_application_run(G_APPLICATION(application), 1, argv);
}
