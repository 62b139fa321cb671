package org.fhiranchor.interceptors.leak;

import java.io.ByteArrayOutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles sources in memory, against the class path of this JVM. */
final class HoleCompiler {
  private static final List<String> OPTIONS =
      List.of("--release", "17", "-parameters", "-proc:none", "-nowarn", "-cp");

  private HoleCompiler() {}

  /**
   * Class files by class name.
   *
   * @param sources by path, which ends with package and class
   */
  static Map<String, byte[]> compiled(Map<String, String> sources) {
    JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    Kept kept = new Kept(javac.getStandardFileManager(null, null, null));
    List<String> options = new java.util.ArrayList<>(OPTIONS);
    options.add(System.getProperty("java.class.path"));
    List<Source> all =
        sources.entrySet().stream()
            .map(each -> new Source(each.getKey(), each.getValue()))
            .toList();
    if (!javac.getTask(said, kept, null, options, null, all).call()) {
      throw new IllegalStateException("a hole does not compile: " + said);
    }
    Map<String, byte[]> result = new TreeMap<>();
    kept.classes.forEach((name, bytes) -> result.put(name, bytes.toByteArray()));
    return result;
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String path, String text) {
      super(
          URI.create("string:///" + path.substring(path.indexOf("/java/") + "/java/".length())),
          Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  private static final class Kept extends ForwardingJavaFileManager<JavaFileManager> {
    private final Map<String, ByteArrayOutputStream> classes = new HashMap<>();

    Kept(JavaFileManager others) {
      super(others);
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      classes.put(name, bytes);
      return new SimpleJavaFileObject(URI.create("memory:///" + name.replace('.', '/')), kind) {
        @Override
        public ByteArrayOutputStream openOutputStream() {
          return bytes;
        }
      };
    }
  }
}
