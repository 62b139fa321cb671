package org.fhiranchor.interceptors.log.serving;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import org.hl7.fhir.instance.model.api.IBaseConformance;
import org.hl7.fhir.r4.model.CapabilityStatement;

/**
 * Says in the CapabilityStatement what this software is, and in which version (ANS-2). Belongs in
 * the registry of the RestfulServer.
 */
@Interceptor
public final class CapabilitySoftware {
  private static final String OUR_JAR =
      "/META-INF/maven/org.fhiranchor/interceptors/pom.properties";

  /** What runs from classes that nobody has packaged has no version. */
  private static final String NOT_PACKAGED = "development";

  private final String version;

  private CapabilitySoftware(String version) {
    this.version = version;
  }

  /** The version of the jar that this class was loaded from. */
  public static CapabilitySoftware ofThisJar() {
    try (InputStream packaged = CapabilitySoftware.class.getResourceAsStream(OUR_JAR)) {
      Properties properties = new Properties();
      if (packaged != null) {
        properties.load(packaged);
      }
      return new CapabilitySoftware(properties.getProperty("version", NOT_PACKAGED));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + OUR_JAR, e);
    }
  }

  @Hook(Pointcut.SERVER_CAPABILITY_STATEMENT_GENERATED)
  public void describe(IBaseConformance statement) {
    if (statement instanceof CapabilityStatement capabilities) {
      capabilities.getSoftware().setName("FHIR Anchor").setVersion(version);
    }
  }
}
