def test_smoke(person, site):
    admin = person("admin@example.test")
    print(admin.menu_words(), admin.complaints)
    admin.page.screenshot(path="/tmp/smoke.png")
