/// Who may do what, as pure functions; HTTP and TCP ask the same engine.
@NullMarked
package io.meltemi.proxy.decide.rbac;

import org.jspecify.annotations.NullMarked;
