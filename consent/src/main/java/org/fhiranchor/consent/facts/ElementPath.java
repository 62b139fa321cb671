package org.fhiranchor.consent.facts;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.ListResource;

/** A way from a resource down to one of its single elements. */
final class ElementPath {
  private final List<Field> fields;

  private ElementPath(List<Field> fields) {
    this.fields = fields;
  }

  static List<ElementPath> all(String type, String paths) {
    return Arrays.stream(paths.split(" ", -1)).map(path -> of(type, path)).toList();
  }

  private static ElementPath of(String type, String path) {
    try {
      return new ElementPath(fields(modelOf(type), path));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("clinical time table: no " + type + "." + path, e);
    }
  }

  private static Class<?> modelOf(String type) throws ClassNotFoundException {
    return type.equals("List")
        ? ListResource.class
        : Class.forName(ListResource.class.getPackageName() + "." + type);
  }

  private static List<Field> fields(Class<?> model, String path) throws NoSuchFieldException {
    List<Field> fields = new ArrayList<>();
    Class<?> at = model;
    for (String name : path.split("\\.", -1)) {
      Field field = at.getDeclaredField(name);
      if (!Base.class.isAssignableFrom(field.getType())) {
        throw new NoSuchFieldException(field + " is not a single element");
      }
      field.setAccessible(true);
      fields.add(field);
      at = field.getType();
    }
    return List.copyOf(fields);
  }

  Optional<Base> read(Base from) {
    Optional<Base> at = Optional.of(from);
    for (Field field : fields) {
      at = at.flatMap(value -> read(field, value));
    }
    return at;
  }

  private static Optional<Base> read(Field field, Base from) {
    try {
      return Optional.ofNullable((Base) field.get(from));
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("reading " + field, e);
    }
  }
}
