package org.fhiranchor.interceptors.store.scan;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.interceptors.scan.Finding.Kind;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.ledger.CallKind;
import org.fhiranchor.ledger.evm.SentTransaction;
import org.fhiranchor.ledger.sending.CallState;
import org.jspecify.annotations.Nullable;

/** The queue of calls to the ledger: what was signed says what the columns beside it should. */
final class CallScan {
  private static final Set<CallState> MINED =
      Set.of(CallState.MINED, CallState.FINAL, CallState.FAILED);

  private final Scanning scan;

  CallScan(Scanning scan) {
    this.scan = scan;
  }

  private record Row(
      long id,
      long chain,
      String account,
      String kind,
      String subject,
      @Nullable String openSubject,
      String contract,
      Bytes data,
      long gas,
      @Nullable String grantor,
      Optional<Bytes> ledgerId,
      @Nullable Long deadline,
      @Nullable String patient,
      String state,
      @Nullable Long nonce,
      @Nullable Long openNonce,
      Optional<Bytes> hash,
      Optional<Bytes> raw,
      @Nullable BigDecimal fee,
      @Nullable BigDecimal tip,
      @Nullable Long block,
      @Nullable String linked) {
    static Row of(ResultSet row) throws SQLException {
      return new Row(
          row.getLong("call_id"),
          row.getLong("chain_id"),
          row.getString("account"),
          row.getString("kind"),
          row.getString("subject"),
          row.getString("open_subject"),
          row.getString("contract"),
          Bytes.of(LeafRow.bytes(row, "data")),
          row.getLong("gas"),
          row.getString("grantor"),
          Optional.ofNullable(row.getBytes("ledger_id")).map(Bytes::of),
          VersionRow.number(row, "deadline").orElse(null),
          row.getString("patient"),
          row.getString("state"),
          VersionRow.number(row, "nonce").orElse(null),
          VersionRow.number(row, "open_nonce").orElse(null),
          Optional.ofNullable(row.getBytes("transaction_hash")).map(Bytes::of),
          Optional.ofNullable(row.getBytes("raw")).map(Bytes::of),
          row.getBigDecimal("max_fee_per_gas"),
          row.getBigDecimal("max_priority_fee_per_gas"),
          VersionRow.number(row, "mined_block").orElse(null),
          row.getString("linked"));
    }
  }

  void run() {
    long last = Long.MIN_VALUE;
    List<Row> page;
    do {
      page =
          scan.jdbc()
              .query(
                  "select c.*, (select l.patient from consent_link l where l.ledger_id ="
                      + " c.ledger_id) as linked from ledger_call c where c.call_id > ? order by"
                      + " c.call_id limit "
                      + Scanning.PAGE,
                  (row, n) -> Row.of(row),
                  last);
      page.parallelStream().forEach(this::compare);
      last = page.isEmpty() ? last : page.get(page.size() - 1).id();
    } while (page.size() == Scanning.PAGE);
    accounts();
  }

  private void compare(Row row) {
    String place = "ledger_call " + row.id();
    Optional<CallState> state = state(row.state());
    if (state.isEmpty() || kind(row.kind()).isEmpty()) {
      scan.found(Kind.CALL, place, "its kind or state is none");
      return;
    }
    boolean open = !state.get().isFinished();
    scan.same(
        Kind.CALL,
        place,
        "open_subject",
        word(open ? row.subject() : null),
        word(row.openSubject()));
    scan.same(
        Kind.CALL, place, "open_nonce", word(open ? row.nonce() : null), word(row.openNonce()));
    scan.same(Kind.CALL, place, "mined_block", MINED.contains(state.get()), row.block() != null);
    signed(place, state.get(), row);
    consent(place, row);
  }

  private void signed(String place, CallState state, Row row) {
    boolean complete =
        row.raw().isPresent() == row.hash().isPresent()
            && row.raw().isPresent() == (row.fee() != null)
            && row.raw().isPresent() == (row.tip() != null);
    boolean wanted = state != CallState.PLANNED && state != CallState.WITHDRAWN;
    if (!complete
        || (row.raw().isEmpty() && wanted && state != CallState.EXPIRED)
        || (row.raw().isPresent() && row.nonce() == null)) {
      scan.found(Kind.CALL, place, "what was signed is not complete");
      return;
    }
    if (row.raw().isPresent()) {
      boolean fits =
          SentTransaction.read(row.raw().get()).filter(sent -> says(sent, row)).isPresent();
      if (!fits) {
        scan.found(Kind.CALL, place, "the signed bytes say something else than the columns");
      }
    }
  }

  private static boolean says(SentTransaction sent, Row row) {
    return row.hash().equals(Optional.of(Bytes.of(sent.hash().value().bytes())))
        && sent.signer().hex().equals(row.account())
        && sent.chainId() == row.chain()
        && Objects.equals(row.nonce(), sent.nonce())
        && sent.to().filter(to -> to.hex().equals(row.contract())).isPresent()
        && sent.data().equals(row.data())
        && sent.gas() == row.gas()
        && sent.fees().maxFeePerGas().equals(whole(row.fee()))
        && sent.fees().maxPriorityFeePerGas().equals(whole(row.tip()));
  }

  private static BigInteger whole(@Nullable BigDecimal number) {
    return number == null ? BigInteger.ONE.negate() : number.toBigInteger();
  }

  /** The columns that tell whose consent it is: the call itself holds the same. */
  private void consent(String place, Row row) {
    boolean ofConsent =
        row.kind().equals(CallKind.GRANT.name()) || row.kind().equals(CallKind.REVOCATION.name());
    String data = row.data().hex();
    boolean fits =
        ofConsent
            ? row.ledgerId().filter(id -> holds(data, id.hex(), 32)).isPresent()
                && row.grantor() != null
                && holds(data, row.grantor(), 20)
                && row.deadline() != null
                && data.contains("%064x".formatted(row.deadline()))
            : row.ledgerId().isEmpty() && row.grantor() == null && row.deadline() == null;
    if (!fits) {
      scan.found(Kind.CALL, place, "it is not the call of this grantor's consent");
    } else if (ofConsent && row.linked() != null && row.patient() != null) {
      scan.same(Kind.CALL, place, "patient", row.linked(), row.patient());
    } else if (!ofConsent && row.patient() != null) {
      scan.found(Kind.CALL, place, "it is no patient's call");
    }
  }

  /** A part of it alone is another value. */
  private static boolean holds(String data, String hex, int bytes) {
    return hex.length() == 2 + 2 * bytes && data.contains(hex.substring(2));
  }

  private static String word(@Nullable Object value) {
    return value == null ? "none" : value.toString();
  }

  private static Optional<CallState> state(String name) {
    return List.of(CallState.values()).stream().filter(one -> one.name().equals(name)).findFirst();
  }

  private static Optional<CallKind> kind(String name) {
    return List.of(CallKind.values()).stream().filter(one -> one.name().equals(name)).findFirst();
  }

  /** The next nonce of an account is the one after the last that it gave out. */
  private void accounts() {
    scan.jdbc()
        .query(
            "select c.chain_id, c.account, max(c.nonce), (select a.next_nonce from ledger_account a"
                + " where a.chain_id = c.chain_id and a.account = c.account) from ledger_call c"
                + " where c.nonce is not null group by c.chain_id, c.account",
            row -> {
              scan.same(
                  Kind.CALL,
                  "ledger_account " + row.getString(2),
                  "next_nonce",
                  row.getLong(3) + 1,
                  row.getLong(4));
            });
    scan.jdbc()
        .query(
            "select account from ledger_account a where next_nonce > 0 and not exists (select 1"
                + " from ledger_call c where c.account = a.account and c.chain_id = a.chain_id)",
            row -> {
              scan.found(
                  Kind.CALL, "ledger_account " + row.getString(1), "it has no call in the queue");
            });
  }
}
