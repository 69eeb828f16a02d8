package io.meltemi.galley.decode;

import io.meltemi.galley.gatewayapi.ListenerTls;
import io.meltemi.galley.gatewayapi.ListenerTls.ClientValidation;
import io.meltemi.galley.gatewayapi.ListenerTls.Fallback;
import io.meltemi.galley.gatewayapi.ListenerTls.Frontend;
import io.meltemi.galley.gatewayapi.ListenerTls.Mode;
import io.meltemi.galley.gatewayapi.ListenerTls.ObjectRef;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Reads the TLS of a gateway and of its listeners. Immutable.
final class ApiTlsDecoder {
    private ApiTlsDecoder() {}

    static ListenerTls ofListener(ObjectReader tls) {
        return new ListenerTls(
                word(tls, "mode", Mode.values(), Mode::text).orElse(Mode.TERMINATE),
                tls.list("certificateRefs", ref -> reference(ref, "Secret")),
                tls.stringMap("options"),
                tls.path());
    }

    static Frontend ofGateway(ObjectReader tls) {
        // With what the gateway proves itself to services.
        tls.notYet("backend");
        return tls.object("frontend", ApiTlsDecoder::frontend).orElse(Frontend.NONE);
    }

    private static Frontend frontend(ObjectReader frontend) {
        if (!frontend.has("default")) {
            frontend.missing("default");
        }
        Optional<Optional<ClientValidation>> all =
                frontend.object("default", ApiTlsDecoder::validation);
        Map<Integer, Optional<ClientValidation>> perPort = new HashMap<>();
        for (PortTls each : frontend.list("perPort", ApiTlsDecoder::perPort)) {
            perPort.put(each.port(), each.validation());
        }
        return new Frontend(all.orElse(Optional.empty()), perPort);
    }

    private record PortTls(int port, Optional<ClientValidation> validation) {}

    private static PortTls perPort(ObjectReader port) {
        if (!port.has("port")) {
            port.missing("port");
        }
        if (!port.has("tls")) {
            port.missing("tls");
        }
        Optional<Optional<ClientValidation>> tls = port.object("tls", ApiTlsDecoder::validation);
        return new PortTls(port.integer("port").orElse(0), tls.orElse(Optional.empty()));
    }

    private static Optional<ClientValidation> validation(ObjectReader tls) {
        return tls.object(
                "validation",
                validation ->
                        new ClientValidation(
                                validation.list("caCertificateRefs", ref -> reference(ref, "")),
                                word(validation, "mode", Fallback.values(), Fallback::text)
                                        .orElse(Fallback.REFUSED),
                                validation.path()));
    }

    /// @param kind where none is written; empty: it must be
    private static ObjectRef reference(ObjectReader ref, String kind) {
        return new ObjectRef(
                ref.string("group").orElse(""),
                kind.isEmpty() ? ref.requiredString("kind") : ref.string("kind").orElse(kind),
                ref.string("namespace").filter(n -> !n.isEmpty()),
                ref.requiredString("name"),
                ref.path());
    }

    private static <E> Optional<E> word(
            ObjectReader reader, String field, E[] all, Function<E, String> text) {
        Optional<String> written = reader.string(field);
        Optional<E> found =
                written.flatMap(
                        w -> Arrays.stream(all).filter(e -> text.apply(e).equals(w)).findFirst());
        if (written.isPresent() && found.isEmpty()) {
            List<String> words = Arrays.stream(all).map(text).toList();
            reader.wrongChoice(field, written.get(), words);
        }
        return found;
    }
}
