/// What the control plane shows of itself under `/debug`, in the forms of istiod.
@NullMarked
package io.meltemi.server.debug;

import org.jspecify.annotations.NullMarked;
