package io.meltemi.galley.gatewayapi;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.gatewayapi.ApiStatus.ListenerStatus;
import io.meltemi.galley.gatewayapi.CertificateRefs.Resolution.Failed;
import io.meltemi.galley.gatewayapi.ListenerTlsConversion.Outcome;
import java.util.List;

/// What became of a Gateway or a ListenerSet and of each of its listeners. Immutable.
///
/// Istio: what a listener cannot take of routes is the listener's condition, never the Gateway's.
final class GatewayStatus {
    private GatewayStatus() {}

    /// @param listeners all that the owner wrote
    static ApiStatus of(ListenerOwner owner, List<ListenerView> listeners, Attached attached) {
        return of(
                owner.document(),
                owner.isGateway()
                        ? List.of(ofGateway(listeners), ApiCondition.resolved())
                        : List.of(ofSet(listeners)),
                listeners.stream().map(l -> listener(l, attached)).toList());
    }

    static ApiStatus refused(
            Written<? extends GatewayApiObject> set, String reason, String message) {
        return of(set, List.of(ApiCondition.notAccepted(reason, message)), List.of());
    }

    private static ApiStatus of(
            Written<? extends GatewayApiObject> document,
            List<ApiCondition> conditions,
            List<ListenerStatus> listeners) {
        return new ApiStatus(
                document.object().kind(),
                document.namespace(),
                document.name(),
                document.at(),
                conditions,
                listeners,
                List.of());
    }

    /// Istio: a listener without any TLS where its protocol wants it does not count.
    private static ApiCondition ofGateway(List<ListenerView> listeners) {
        return !listeners.isEmpty()
                        && listeners.stream().allMatch(l -> l.outcome() instanceof Outcome.Closed)
                ? notValid()
                : ApiCondition.accepted();
    }

    /// Gateway API: a set is as good as its best listener.
    private static ApiCondition ofSet(List<ListenerView> listeners) {
        return listeners.stream().anyMatch(l -> l.converted().isPresent())
                ? ApiCondition.accepted()
                : notValid();
    }

    private static ApiCondition notValid() {
        return ApiCondition.notAccepted("ListenersNotValid", "none of its listeners can be opened");
    }

    private static ListenerStatus listener(ListenerView listener, Attached attached) {
        return new ListenerStatus(
                listener.listener().name(),
                attached.routes(listener),
                listener.supportedKinds(),
                List.of(accepted(listener), conflicted(listener), references(listener)));
    }

    /// Istio: nobody can be checked by authorities that are not there; that it says so of every
    /// reference without a grant too is Istio's way.
    private static ApiCondition accepted(ListenerView listener) {
        return switch (listener.outcome()) {
            case Outcome.Hidden(ListenerView by) ->
                    ApiCondition.notAccepted("HostnameConflict", hidden(by));
            case Outcome.Closed(Failed why)
                    when why.reason().startsWith("InvalidCACertificate")
                            || why.reason().equals("RefNotPermitted") ->
                    ApiCondition.notAccepted("NoValidCACertificate", why.message());
            case Outcome.Bare _ when !listener.owner().isGateway() ->
                    ApiCondition.notAccepted(
                            "UnsupportedProtocol",
                            "a listener of protocol %s without tls"
                                    .formatted(listener.listener().protocol()));
            default -> ApiCondition.accepted();
        };
    }

    private static ApiCondition conflicted(ListenerView listener) {
        return listener.outcome() instanceof Outcome.Hidden(ListenerView by)
                ? ApiCondition.conflict("HostnameConflict", hidden(by))
                : ApiCondition.noConflicts();
    }

    private static String hidden(ListenerView by) {
        return by.title() + " has the same port, protocol and hostname";
    }

    private static ApiCondition references(ListenerView listener) {
        if (listener.outcome() instanceof Outcome.Closed(Failed why)) {
            return ApiCondition.notResolved(why.reason(), why.message());
        }
        List<String> unfit = listener.unfitKinds();
        if (unfit.isEmpty()) {
            return ApiCondition.resolved();
        }
        String message =
                "a listener of protocol %s takes no routes of kind %s"
                        .formatted(listener.listener().protocol(), String.join(", ", unfit));
        listener.owner()
                .findings()
                .judge(
                        Code.REFERENCE_NOT_RESOLVED,
                        listener.listener().at().field("allowedRoutes").field("kinds"),
                        "not resolved (InvalidRouteKinds): " + message);
        return ApiCondition.notResolved("InvalidRouteKinds", message);
    }
}
