package org.fhiranchor.server;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.jpa.config.JpaConfig;
import java.io.IOException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.antlr.v4.runtime.atn.PredictionMode;
import org.hibernate.grammars.hql.HqlLexer;
import org.hibernate.grammars.hql.HqlParser;
import org.hibernate.query.hql.internal.HqlParseTreeBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.data.jpa.repository.Query;

/**
 * What a start needs and nothing of the server has to be there for, done by a second thread as soon
 * as the start is not refused: FHIR's own definitions are read, and the queries of HAPI's
 * repositories parsed once. HAPI and Hibernate keep both for the whole JVM: the definitions as they
 * are, of the queries what the parser has learnt about its grammar, which is nearly all of the time
 * that the first parsing takes.
 */
final class StartAhead implements ApplicationContextInitializer<ConfigurableApplicationContext> {
  private static final Logger LOG = LoggerFactory.getLogger(StartAhead.class);
  private static final String REPOSITORIES = "classpath*:ca/uhn/fhir/jpa/dao/data/*.class";
  private static final String PACKAGE = "ca.uhn.fhir.jpa.dao.data.";

  private final CompletableFuture<Integer> definitions = new CompletableFuture<>();

  /** Begins, once a start is not refused any more, and makes this a bean for whoever waits. */
  @Override
  public void initialize(ConfigurableApplicationContext context) {
    context.getBeanFactory().registerSingleton("startAhead", this);
    context.addBeanFactoryPostProcessor(StartAhead::definitionsFirst);
    Thread thread = new Thread(this::work, "start-ahead");
    thread.setDaemon(true);
    thread.start();
  }

  /** HAPI's extractor takes the definitions past the bean that waits for them. */
  private static void definitionsFirst(ConfigurableListableBeanFactory beans) {
    beans
        .getBeanDefinition("searchParamExtractor")
        .setDependsOn(JpaConfig.DEFAULT_PROFILE_VALIDATION_SUPPORT);
  }

  private void work() {
    definitions.completeAsync(StartAhead::readDefinitions, Runnable::run);
    try {
      queries().forEach(StartAhead::parse);
    } catch (RuntimeException failed) {
      LOG.warn("queries not parsed ahead of their use", failed);
    }
  }

  /** Returns once FHIR's definitions are there; two threads would both read them. */
  void awaitDefinitions() {
    definitions.join();
  }

  private static int readDefinitions() {
    FhirContext context = FhirContext.forR4Cached();
    return new DefaultProfileValidationSupport(context).fetchAllStructureDefinitions().size();
  }

  static List<String> queries() {
    List<String> queries = new ArrayList<>();
    try {
      for (Resource file : new PathMatchingResourcePatternResolver().getResources(REPOSITORIES)) {
        String name = String.valueOf(file.getFilename()).replaceFirst("\\.class$", "");
        for (Method method : Class.forName(PACKAGE + name).getDeclaredMethods()) {
          Query query = method.getAnnotation(Query.class);
          if (query != null && !query.nativeQuery()) {
            queries.add(query.value());
          }
        }
      }
    } catch (IOException | ClassNotFoundException unreadable) {
      throw new IllegalStateException("cannot read HAPI's repositories", unreadable);
    }
    return queries;
  }

  /** As Hibernate does it first. What is wrong with a query is Hibernate's to say. */
  static int parse(String query) {
    HqlLexer lexer = HqlParseTreeBuilder.INSTANCE.buildHqlLexer(query);
    HqlParser parser = HqlParseTreeBuilder.INSTANCE.buildHqlParser(query, lexer);
    lexer.removeErrorListeners();
    parser.removeErrorListeners();
    parser.getInterpreter().setPredictionMode(PredictionMode.SLL);
    parser.statement();
    return parser.getNumberOfSyntaxErrors();
  }
}
