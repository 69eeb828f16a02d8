package io.meltemi.proxy.filter.jwt;

import java.util.List;

/// What a request must prove, compiled. Immutable.
sealed interface JwtRequirement {
    JwtStatus check(JwtRequest request);

    /// A token of one provider.
    ///
    /// @param audiences instead of the provider's, unless empty
    record OfProvider(JwtProvider provider, List<String> audiences) implements JwtRequirement {
        public OfProvider {
            audiences = List.copyOf(audiences);
        }

        @Override
        public JwtStatus check(JwtRequest request) {
            return request.check(List.of(provider), audiences, false, false);
        }
    }

    /// Envoy: of the failures the first that is about a token of a known issuer is told.
    ///
    /// @param any with one that lets requests without tokens pass last
    record AnyOf(List<JwtRequirement> any) implements JwtRequirement {
        public AnyOf {
            any = List.copyOf(any);
        }

        @Override
        public JwtStatus check(JwtRequest request) {
            JwtStatus told = JwtStatus.MISSING;
            for (int i = 0; i < any.size(); i++) {
                JwtStatus status = any.get(i).check(request);
                if (status == JwtStatus.OK) {
                    return status;
                }
                if (told.isAbsence()) {
                    told = status;
                }
            }
            return told;
        }
    }

    record AllOf(List<JwtRequirement> all) implements JwtRequirement {
        public AllOf {
            all = List.copyOf(all);
        }

        @Override
        public JwtStatus check(JwtRequest request) {
            for (int i = 0; i < all.size(); i++) {
                JwtStatus status = all.get(i).check(request);
                if (status != JwtStatus.OK) {
                    return status;
                }
            }
            return JwtStatus.OK;
        }
    }

    /// Whatever tokens there are must be good.
    ///
    /// @param orFailed bad ones pass too; good ones still count
    record Voluntary(List<JwtProvider> providers, boolean orFailed) implements JwtRequirement {
        public Voluntary {
            providers = List.copyOf(providers);
        }

        @Override
        public JwtStatus check(JwtRequest request) {
            return request.check(providers, List.of(), true, orFailed);
        }
    }

    record Nothing() implements JwtRequirement {
        @Override
        public JwtStatus check(JwtRequest request) {
            return JwtStatus.OK;
        }
    }
}
