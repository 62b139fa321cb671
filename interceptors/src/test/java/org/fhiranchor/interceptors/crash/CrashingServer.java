package org.fhiranchor.interceptors.crash;

import java.nio.file.Path;
import org.fhiranchor.interceptors.erasure.Erasure;
import org.fhiranchor.interceptors.erasure.ErasureRows;
import org.fhiranchor.interceptors.erasure.Tombstones;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.plain.PlainServer;
import org.fhiranchor.ledger.anchoring.AnchorTransactionStore;
import org.fhiranchor.ledger.sending.CallQueue;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** The plain server in a process of its own, with crash points around the stores. */
@Configuration
public class CrashingServer {
  /** Starts it; the arguments are Spring's. */
  public static void main(String[] arguments) {
    new SpringApplication(PlainServer.class, CrashingServer.class).run(arguments);
  }

  @Bean
  static BeanPostProcessor crashPoints(Environment environment) {
    Path data = Path.of(environment.getRequiredProperty("anchor.data"));
    return new BeanPostProcessor() {
      @Override
      public Object postProcessAfterInitialization(Object bean, String name) {
        if (bean instanceof LogStore store) {
          return new CrashingLogStore(store, data);
        }
        if (bean instanceof CallQueue queue && name.equals("anchorCallQueue")) {
          return new CrashingCallQueue(queue, data);
        }
        if (bean instanceof ErasureRows rows) {
          return CrashingErasure.of(rows, data);
        }
        if (bean instanceof Erasure.Parts parts) {
          return CrashingErasure.of(parts, data);
        }
        if (bean instanceof Tombstones tombstones) {
          return CrashingErasure.of(tombstones, data);
        }
        return bean instanceof AnchorTransactionStore store
            ? new CrashingAnchorStore(store, data)
            : bean;
      }
    };
  }
}
