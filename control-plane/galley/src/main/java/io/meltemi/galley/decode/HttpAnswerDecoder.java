package io.meltemi.galley.decode;

import io.meltemi.galley.finding.Code;
import io.meltemi.model.config.HttpRoute.Body;
import io.meltemi.model.config.HttpRoute.HttpDirectResponse;
import io.meltemi.model.config.HttpRoute.HttpRedirect;
import io.meltemi.model.config.HttpRoute.RedirectPath;
import io.meltemi.model.config.HttpRoute.RedirectPort;
import java.util.Base64;
import java.util.Optional;
import java.util.OptionalInt;

/// Reads what the proxy answers by itself: `redirect` and `directResponse`. Immutable.
final class HttpAnswerDecoder {
    /// The names in the documents.
    private enum DerivedPort {
        FROM_PROTOCOL_DEFAULT,
        FROM_REQUEST_PORT
    }

    private HttpAnswerDecoder() {}

    static HttpRedirect redirect(ObjectReader redirect) {
        Optional<String> uri = redirect.string("uri").filter(u -> !u.isEmpty());
        Optional<String> prefix = redirect.string("prefixRewrite").filter(u -> !u.isEmpty());
        if (uri.isPresent() && prefix.isPresent()) {
            redirect.exclusive("uri", "prefixRewrite");
        }
        return new HttpRedirect(
                uri.<RedirectPath>map(RedirectPath.Whole::new)
                        .or(() -> prefix.map(RedirectPath.Prefix::new)),
                redirect.string("authority").filter(a -> !a.isEmpty()),
                port(redirect),
                redirect.string("scheme").filter(s -> !s.isEmpty()),
                redirect.integer("redirectCode"));
    }

    private static Optional<RedirectPort> port(ObjectReader redirect) {
        OptionalInt number = redirect.integer("port");
        Optional<DerivedPort> derived = redirect.choice("derivePort", DerivedPort.class);
        if (number.isPresent() && derived.isPresent()) {
            redirect.exclusive("port", "derivePort");
        }
        if (number.isPresent()) {
            return Optional.of(new RedirectPort.Fixed(number.getAsInt()));
        }
        return derived.map(how ->
                switch (how) {
                    case FROM_PROTOCOL_DEFAULT -> new RedirectPort.FromProtocol();
                    case FROM_REQUEST_PORT -> new RedirectPort.FromRequest();
                });
    }

    static HttpDirectResponse directResponse(ObjectReader answer) {
        OptionalInt status = answer.integer("status");
        if (status.isEmpty()) {
            answer.missing("status");
        }
        return new HttpDirectResponse(
                status.orElse(0), answer.object("body", HttpAnswerDecoder::body));
    }

    private static Body body(ObjectReader body) {
        Optional<String> text = body.string("string");
        Optional<String> bytes = body.string("bytes");
        if (text.isPresent() && bytes.isPresent()) {
            body.exclusive("string", "bytes");
        }
        bytes.filter(b -> !isBase64(b))
                .ifPresent(_ ->
                        body.findings()
                                .unread(
                                        Code.WRONG_TYPE,
                                        body.path().field("bytes"),
                                        "the bytes of a body must be written in base64"));
        return bytes.<Body>map(Body.Bytes::new).orElseGet(() -> new Body.Text(text.orElse("")));
    }

    private static boolean isBase64(String text) {
        try {
            var _ = Base64.getDecoder().decode(text);
            return true;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
