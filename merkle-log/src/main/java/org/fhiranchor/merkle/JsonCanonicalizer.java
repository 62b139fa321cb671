package org.fhiranchor.merkle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * One pass over a JSON text that writes its canonical form. The output is never longer than the
 * input, so one buffer of the input's size is enough. Objects whose members come out of order are
 * put in order when they close.
 */
final class JsonCanonicalizer {
  private static final Comparator<Member> BY_NAME = Comparator.comparing(Member::name);

  private final JsonSource in;
  private final JsonStrings strings;
  private final int maxDepth;
  private byte[] out;
  private int length;
  private int depth;

  JsonCanonicalizer(byte[] json, int maxDepth) {
    this.in = new JsonSource(json);
    this.out = new byte[json.length];
    this.strings = new JsonStrings(in);
    this.maxDepth = maxDepth;
  }

  byte[] run() {
    value(in.nextToken());
    if (in.nextToken() != JsonSource.END) {
      throw in.unexpected("the end of the text");
    }
    return Arrays.copyOf(out, length);
  }

  /** The token's first byte was just read. */
  private void value(int first) {
    switch (first) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> length = strings.copy(out, length);
      case 't' -> literal("true");
      case 'f' -> literal("false");
      case 'n' -> literal("null");
      default -> number(first);
    }
  }

  private void object() {
    enter();
    int open = length;
    write('{');
    List<Member> members = new ArrayList<>();
    boolean ordered = true;
    int token = in.nextToken();
    if (token != '}') {
      do {
        Member member = member(members.isEmpty() ? token : in.nextToken());
        ordered = ordered && (members.isEmpty() || BY_NAME.compare(last(members), member) < 0);
        members.add(member);
        token = in.nextToken();
        write(',');
      } while (token == ',');
      in.require(token, '}', "',' or '}'");
      length--;
    }
    if (!ordered) {
      reorder(open + 1, members);
    }
    write('}');
    depth--;
  }

  private Member member(int token) {
    in.require(token, '"', "a member name");
    int source = in.offset() - 1;
    int start = length;
    length = strings.copy(out, length);
    String name = JsonStrings.decode(out, start, length);
    in.require(in.nextToken(), ':', "':'");
    write(':');
    value(in.nextToken());
    return new Member(name, start, length, source);
  }

  private void reorder(int from, List<Member> members) {
    List<Member> sorted = new ArrayList<>(members);
    sorted.sort(BY_NAME);
    byte[] before = Arrays.copyOfRange(out, from, length);
    int at = from;
    for (int i = 0; i < sorted.size(); i++) {
      Member member = sorted.get(i);
      if (i > 0) {
        refuseRepeat(sorted.get(i - 1), member);
        out[at++] = ',';
      }
      int size = member.end - member.start;
      System.arraycopy(before, member.start - from, out, at, size);
      at += size;
    }
  }

  private void refuseRepeat(Member before, Member member) {
    if (before.name.equals(member.name)) {
      throw in.error("duplicate member name", Math.max(before.source, member.source));
    }
  }

  private void array() {
    enter();
    write('[');
    int token = in.nextToken();
    if (token != ']') {
      value(token);
      for (token = in.nextToken(); token == ','; token = in.nextToken()) {
        write(',');
        value(in.nextToken());
      }
      in.require(token, ']', "',' or ']'");
    }
    write(']');
    depth--;
  }

  private void enter() {
    if (++depth > maxDepth) {
      throw in.error("nested deeper than " + maxDepth, in.offset() - 1);
    }
  }

  private void literal(String word) {
    write(word.charAt(0));
    for (int i = 1; i < word.length(); i++) {
      in.require(in.next(), word.charAt(i), word);
      write(word.charAt(i));
    }
  }

  /** Digit by digit: {@code 1.00} stays {@code 1.00}. */
  private void number(int first) {
    int c = first;
    if (c == '-') {
      c = take(c);
    }
    if (c == '0') {
      c = take(c);
    } else {
      c = digits(c, "a JSON value");
    }
    if (c == '.') {
      c = digits(take(c), "a digit");
    }
    if (c == 'e' || c == 'E') {
      c = take(c);
      digits(c == '+' || c == '-' ? take(c) : c, "a digit");
    }
    in.back();
  }

  private int digits(int first, String wanted) {
    if (!isDigit(first)) {
      throw in.unexpected(wanted);
    }
    int c = first;
    while (isDigit(c)) {
      c = take(c);
    }
    return c;
  }

  private int take(int c) {
    write(c);
    return in.next();
  }

  private void write(int b) {
    if (length == out.length) {
      out = Arrays.copyOf(out, length + 1);
    }
    out[length++] = (byte) b;
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  private static Member last(List<Member> members) {
    return members.get(members.size() - 1);
  }

  private record Member(String name, int start, int end, int source) {}
}
