package org.fhiranchor.ledger.evm;

import java.io.IOException;
import okhttp3.Interceptor;
import okhttp3.Response;
import okhttp3.ResponseBody;

/** Lets no answer into memory that is larger than the limit. */
final class BoundedBodies implements Interceptor {
  private final long limit;

  BoundedBodies(long limit) {
    this.limit = limit;
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    Response response = chain.proceed(chain.request());
    ResponseBody body = response.body();
    if (body == null) {
      return response;
    }
    try (body) {
      if (body.source().request(limit + 1)) {
        throw new IOException("answer: want at most " + limit + " bytes, got more");
      }
      ResponseBody whole = ResponseBody.create(body.bytes(), body.contentType());
      return response.newBuilder().body(whole).build();
    }
  }
}
