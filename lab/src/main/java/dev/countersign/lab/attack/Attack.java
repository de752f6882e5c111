package dev.countersign.lab.attack;

/** One attack of the catalogue, performed over the network. */
record Attack(String id, String title, Performance performance) {
    /** What attacker and honest user do on a fresh stage. */
    @FunctionalInterface
    interface Performance {
        Finding on(Stage stage) throws Exception;
    }

    /** Performs it on a stage of its own. What breaks on the way is a failure, never a block. */
    Finding perform() {
        try (var stage = Stage.open()) {
            return performance.on(stage);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Finding.broken(e);
        } catch (Exception e) {
            return Finding.broken(e);
        }
    }
}
