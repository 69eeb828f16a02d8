package io.meltemi.agent.identity;

/// One of the two ways in which a proxy asks for secrets. Confined to its stream.
///
/// @param <Q> request
/// @param <R> response
interface SecretDialect<Q, R> {
    String TYPE_URL = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret";

    /// A peer may not make us remember more names than this.
    int NAMES_LIMIT = 100;

    /// Takes in what the peer wants.
    ///
    /// @return whether it wants something it has not been answered yet; an acknowledgement does not
    boolean read(Q request);

    /// An answer with all that is wanted, or wanted anew.
    R answer(SecretResources secrets, String version);

    /// From now on everything wanted counts as not answered: the secrets have changed.
    void forgetAnswers();
}
