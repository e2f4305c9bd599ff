"""The event forms of the counter: asked, checked, decided on, entered (異動の入力画面, standard 4; Act art. 8)."""
