package io.meltemi.galley.decode;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.validate.CertificateRules;
import io.meltemi.model.config.CaBundle;
import io.meltemi.model.config.ConfigMap;
import io.meltemi.model.config.Metadata;
import io.meltemi.model.config.Secret;
import io.meltemi.model.config.Secret.Form;
import io.meltemi.model.config.Secret.KeyPair;
import io.meltemi.model.config.SecretText;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Reads a `Secret` or a `ConfigMap` of Kubernetes as far as it holds certificates, and looks once
/// whether these can be used. No message shows a value. Immutable.
final class SecretDecoder {
    /// Kubernetes takes no more of one object.
    private static final int LARGEST_BYTES = 1 << 20;

    private SecretDecoder() {}

    static Secret secret(Metadata metadata, ObjectReader document) {
        document.ignore("immutable");
        Map<String, String> all = new HashMap<>();
        document.hiddenMap("data")
                .forEach((name, encoded) ->
                        decoded(document, name, encoded).ifPresent(text -> all.put(name, text)));
        // Kubernetes: what is written as text replaces what is encoded.
        all.putAll(document.hiddenMap("stringData"));
        bound(all, document);
        return new Secret(
                metadata,
                document.string("type").orElse("Opaque"),
                keyPair(all),
                authorities(all),
                new TreeSet<>(all.keySet()));
    }

    static ConfigMap configMap(Metadata metadata, ObjectReader document) {
        document.ignore("immutable", "binaryData");
        Map<String, String> all = document.hiddenMap("data");
        bound(all, document);
        return new ConfigMap(metadata, authorities(all));
    }

    private static Optional<String> decoded(ObjectReader document, String name, String encoded) {
        try {
            byte[] bytes = Base64.getDecoder().decode(encoded.replaceAll("\\s", ""));
            return Optional.of(new String(bytes, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException _) {
            FieldPath at = document.path().field("data").field(name);
            document.findings()
                    .unread(
                            Code.WRONG_TYPE,
                            at,
                            at + ": expected base64; text as it is belongs under stringData");
            return Optional.empty();
        }
    }

    private static void bound(Map<String, String> all, ObjectReader document) {
        long bytes = all.values().stream().mapToLong(String::length).sum();
        if (bytes > LARGEST_BYTES) {
            document.findings()
                    .judge(
                            Code.TOO_LARGE,
                            document.path().field("metadata").field("name"),
                            "%d bytes in all, at most %d are taken"
                                    .formatted(bytes, LARGEST_BYTES));
        }
    }

    /// Istio: a form of which one half is missing or empty does not count.
    private static Optional<KeyPair> keyPair(Map<String, String> all) {
        return Stream.of(Form.values())
                .filter(form -> has(all, form.certificate()) && has(all, form.key()))
                .findFirst()
                .map(form -> {
                    String chain = all.getOrDefault(form.certificate(), "");
                    String key = all.getOrDefault(form.key(), "");
                    return new KeyPair(
                            form,
                            chain,
                            new SecretText(key),
                            CertificateRules.ofKeyPair(form, chain, key));
                });
    }

    private static Optional<CaBundle> authorities(Map<String, String> all) {
        return Stream.of(Form.values())
                .filter(form -> has(all, form.authorities()))
                .findFirst()
                .map(form -> {
                    String certificates = all.getOrDefault(form.authorities(), "");
                    Optional<String> revoked =
                            Optional.ofNullable(all.get(form.revoked()))
                                    .filter(list -> !list.isEmpty());
                    return new CaBundle(
                            form,
                            certificates,
                            revoked,
                            CertificateRules.ofAuthorities(form, certificates, revoked));
                });
    }

    private static boolean has(Map<String, String> all, String name) {
        return !all.getOrDefault(name, "").isEmpty();
    }
}
